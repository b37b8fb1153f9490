#!/usr/bin/env python3
# Validates JSON documents against one of the shipped schemas with python3-jsonschema.
#
#   validate_schema.py SCHEMA DOCUMENT...
#
# Exit 0: all are valid. 1: at least one is not; each finding is printed with its place. 2: the
# schema itself is wrong, or a file cannot be read.
import json
import sys

import jsonschema


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def main(schema_path, *document_paths):
    schema = load(schema_path)
    validator_class = jsonschema.validators.validator_for(schema)
    try:
        validator_class.check_schema(schema)
    except jsonschema.SchemaError as error:
        print(f"{schema_path}: {error.message}")
        return 2
    validator = validator_class(schema)
    is_valid = True
    for path in document_paths:
        for error in validator.iter_errors(load(path)):
            place = "/".join(str(part) for part in error.absolute_path)
            print(f"{path}: /{place}: {error.message[:200]}")
            is_valid = False
    return 0 if is_valid else 1


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit("usage: validate_schema.py SCHEMA DOCUMENT...")
    try:
        sys.exit(main(*sys.argv[1:]))
    except (OSError, ValueError) as error:
        print(error)
        sys.exit(2)
