# `make` lists what there is to do.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PY := .venv/bin/python
DEMO := set -a; . scripts/demo-env; set +a;
TEST_ENV := DJANGO_SETTINGS_MODULE=tests.settings

help: ## This list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 18

run: ready ## Start the product on this machine with demo people; prints the address
	@$(DEMO) $(PY) manage.py demo --prepare --list && exec $(PY) scripts/serve

ready:
	@scripts/system-packages run
	@scripts/venv requirements.txt

test-ready:
	@scripts/system-packages test
	@scripts/venv requirements.txt requirements-dev.txt

hard-ready:
	@scripts/system-packages hard

test: test-ready check ## Everything that CI runs, with its own PostgreSQL, broker and browser
	@scripts/test

check: test-ready ## The fast checks: style, imports, templates, translations, migrations, security
	@scripts/check

hard: test-ready hard-ready ## The longer proofs, about an hour (HARD_MINUTES=12: all of them, shorter); writes docs/proof.md
	@scripts/hard

bench: test-ready ## Measure the speeds that are promised; prints tables for docs/benchmarks.md
	@scripts/bench

docs: ready ## Write docs/workflow.md and docs/retention.md from the code
	@SECRET_KEY=docs $(PY) manage.py workflow
	@SECRET_KEY=docs $(PY) manage.py retention

assets: ## Rebuild static/ from frontend/ (needs Node 20)
	@cd frontend && npm ci --silent && npm run --silent build

pictures: test-ready ## Take the pictures of the README anew
	@scripts/pictures

pins: test-ready ## Pin the newest versions of requirements*.in, with hashes
	@scripts/pins

fmt: test-ready ## Format the code
	@$(PY) -m ruff format . && $(PY) -m ruff check --fix .

audit: test-ready ## Known holes in what we depend on; «not run» when nothing could be looked up
	@scripts/audit

backup: ready ## Back the demo up into var/backups
	@$(DEMO) $(PY) manage.py backup var/backups

restore: ready ## Restore FROM=<archive> into an empty database
	@$(DEMO) $(PY) manage.py migrate -v 0 && $(PY) manage.py restore $(FROM)

verify: ready ## Prove the demo's database and print its fingerprint
	@$(DEMO) $(PY) manage.py verify

release: test-ready ## Leave a small pool of VERSION=… in tests/releases, for the upgrade tests to come
	@$(PY) scripts/release.py $(VERSION)

messages: test-ready ## Collect texts for the English catalogue and compile it
	@$(TEST_ENV) $(PY) manage.py makemessages -l en --no-location --no-wrap --ignore=.venv --ignore=frontend --ignore=var -v 0
	@$(TEST_ENV) $(PY) manage.py compilemessages -v 0 --ignore=.venv

.PHONY: help run ready test-ready hard-ready test check hard bench docs assets pictures pins fmt audit backup restore verify release messages
