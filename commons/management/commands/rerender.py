"""Render again what an older renderer made, in batches that can be stopped at any time."""

from argparse import ArgumentParser
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand
from tqdm import tqdm

from commons import markup
from commons.contributions import Contribution

BATCH = 500


class Command(BaseCommand):
    help = "Render the contributions of an older renderer version again. Dry unless --apply."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--apply", action="store_true", help="write; without it only count")

    def handle(self, *_args: Any, **options: Any) -> None:
        for model in apps.get_models():
            if issubclass(model, Contribution):
                self._rerender(model, apply=options["apply"])

    def _rerender(self, model: type[Contribution], *, apply: bool) -> None:
        old = model._default_manager.filter(renderer_version__lt=markup.RENDERER_VERSION)
        count = old.count()
        self.stdout.write(f"{model._meta.label}: {count} to render")
        if not apply:
            return
        with tqdm(total=count, unit="text") as progress:
            while batch := list(old.order_by("pk")[:BATCH]):
                for contribution in batch:
                    contribution.html = contribution.rendered()
                    contribution.renderer_version = markup.RENDERER_VERSION
                model._default_manager.bulk_update(batch, ["html", "renderer_version"])
                progress.update(len(batch))
