"""Writes a mail file as JSON to a second file, as Python's e-mail library understands it."""
import email.policy
import json
import sys

with open(sys.argv[1], "rb") as file:
    mail = email.message_from_binary_file(file, policy=email.policy.default)
parts = [part for part in mail.walk() if not part.is_multipart()]
with open(sys.argv[2], "w", encoding="utf-8") as output:
    json.dump({
        "headers": {name.lower(): str(value) for name, value in mail.items()},
        "contentType": mail.get_content_type(),
        "partTypes": [part.get_content_type() for part in parts],
        "bodies": [part.get_content() for part in parts],
        "defects": [str(defect) for item in mail.walk() for defect in item.defects]
        + [str(defect) for value in mail.values() for defect in value.defects],
    }, output)
