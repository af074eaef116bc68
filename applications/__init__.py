"""The case: form, assessment, approval, political decision."""
