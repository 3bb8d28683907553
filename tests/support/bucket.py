"""A bucket in place of the disk, as `FILES_STORAGE=s3` has it."""

import contextlib
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from django.core.files.storage import storages
from moto import mock_aws

NAMED = {"S3_BUCKET": "files", "S3_REGION": "eu-west-1", "S3_ACCESS_KEY": "key", "S3_SECRET_KEY": "no"}


class Bucket:
    def __init__(self, client: Any) -> None:
        self.client = client

    def names(self) -> list[str]:
        return [one["Key"] for one in self.client.list_objects_v2(Bucket="files").get("Contents", [])]

    def put(self, name: str, content: bytes) -> None:
        self.client.put_object(Bucket="files", Key=name, Body=content)


@contextlib.contextmanager
def in_a_bucket(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    """All that people give, and their copies, lie in a bucket."""
    from commons.config.settings import files_storage

    for name, value in NAMED.items():
        monkeypatch.setenv(name, value)
    settings.STORAGES = {
        **settings.STORAGES,
        "default": files_storage("s3"),
        "files": files_storage("s3"),
        "exports": files_storage("s3", folder="exports"),
    }
    with mock_aws():
        client = boto3.client("s3", region_name="eu-west-1", aws_access_key_id="key", aws_secret_access_key="no")
        client.create_bucket(Bucket="files", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        yield Bucket(client)
    storages._storages.clear()
