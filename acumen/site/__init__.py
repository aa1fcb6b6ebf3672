"""The pages for people: the articles, and the clinic page that `acumen serve` shows."""

from acumen.site.reader import ArticleReader

__all__ = ["ArticleReader"]
