"""How large the communities are that we measure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """`thirties` threads have thirty posts each, one has `long` and one is a tree of `worst`.

    `text_share` shortens what people write, so that the largest community fits on a disk.
    """

    name: str
    members: int
    threads: int
    posts: int
    thirties: int = 40
    long: int = 600
    worst: int = 1890
    text_share: float = 1.0
    chunk: int = 5000

    @property
    def database(self) -> str:
        return f"commons_bench_{self.name.lower()}"


SIZES = {
    size.name: size
    for size in (
        Size("S", members=2_000, threads=10_000, posts=200_000, chunk=2000),
        Size("L", members=100_000, threads=1_000_000, posts=10_000_000, text_share=0.25),
    )
}
