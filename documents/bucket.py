"""Where files lie when many machines share them: a private bucket of an S3-compatible store (POOL_FILES_S3_…).

The same as the folder to everybody who uses Django's storage: a missing file is FileNotFoundError, a store that does not
answer is OSError. Refuses to name a public address: every file leaves through a page that asks who wants it.
"""

import functools

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from storages.backends.s3 import S3Storage

from documents.room import StoreDown

KEPT_IN_MEMORY = 2 * 1024 * 1024  # of a file on its way out; more goes through a temporary file
PATIENCE = {"connect_timeout": 3, "read_timeout": 20, "retries": {"max_attempts": 2}}


def or_down(method):
    """What the store's client raises becomes StoreDown: its own words may hold addresses and keys, so its kind is enough."""

    @functools.wraps(method)
    def asked(*args, **keys):
        try:
            return method(*args, **keys)
        except (BotoCoreError, ClientError) as error:
            raise StoreDown(f"the store of files: {type(error).__name__}") from error

    return asked


class PrivateBucket(S3Storage):
    def __init__(self, *, bucket: str, key: str, secret: str, endpoint: str, region: str):
        # only what the newest servers know is asked of none: checksums when a call needs them, the bucket in the path
        config = Config(s3={"addressing_style": "path"}, request_checksum_calculation="when_required", **PATIENCE)
        names = {"bucket_name": bucket, "access_key": key, "secret_key": secret, "region_name": region}
        kept = {"file_overwrite": False, "default_acl": None, "max_memory_size": KEPT_IN_MEMORY}
        super().__init__(endpoint_url=endpoint or None, client_config=config, **names, **kept)

    @or_down
    def _open(self, name, mode="rb"):
        file = super()._open(name, mode)
        if "r" in mode:
            file._get_file()  # fetched now, so that a store that fails does it here and not in the middle of an answer
        return file

    _save = or_down(S3Storage._save)
    exists = or_down(S3Storage.exists)
    delete = or_down(S3Storage.delete)
    listdir = or_down(S3Storage.listdir)
    size = or_down(S3Storage.size)
    get_modified_time = or_down(S3Storage.get_modified_time)

    def url(self, name, *args, **keys):
        raise NotImplementedError("no file has a public address")
