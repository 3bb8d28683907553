"""Takes uploads in without ever keeping more of one than a file may have, so that the text beside it is not lost."""

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler

from commons.files.enums import FILE_MAX_BYTES


class BoundedUploadHandler(TemporaryFileUploadHandler):
    """Reads a file that is too large to its end and throws it away; its `size` is still the true one."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if start + len(raw_data) <= FILE_MAX_BYTES:
            super().receive_data_chunk(raw_data, start)

    def file_complete(self, file_size: int) -> UploadedFile | None:
        file = super().file_complete(file_size)
        if file and file_size > FILE_MAX_BYTES:
            file.truncate(0)
        return file
