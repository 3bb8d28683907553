from django.urls import path

from forum import feeds
from forum.views import bookmarks, files, moderating, news, reading, summaries, writing

app_name = "forum"

urlpatterns = [
    path("forum/", reading.index, name="index"),
    path("forum/new/", news.new, name="new"),
    path("forum/new/next/", news.next_new, name="next_new"),
    path("forum/new/catch-up/", news.catch_up, name="catch_up"),
    path("forum/similar/", writing.similar, name="similar"),
    path("forum/preview/", writing.preview, name="preview"),
    path("forum/drafts/", writing.save_draft, name="save_draft"),
    path("forum/posts/<int:post_id>/", reading.post, name="post"),
    path("forum/posts/<int:post_id>/reply/", writing.reply, name="reply"),
    path("forum/posts/<int:post_id>/edit/", writing.edit, name="edit"),
    path("forum/posts/<int:post_id>/history/", reading.history, name="history"),
    path("forum/posts/<int:post_id>/cite/", reading.cite, name="cite"),
    path("forum/posts/<int:post_id>/bookmark/", bookmarks.bookmark, name="bookmark"),
    path("forum/posts/<int:post_id>/unread/", news.leave_unread, name="leave_unread"),
    path("forum/posts/<int:post_id>/delete/", writing.delete, name="delete"),
    path("forum/posts/<int:post_id>/split/", moderating.split, name="split"),
    path("forum/threads/<int:thread_id>/changes/", news.changes, name="changes"),
    path("forum/threads/<int:thread_id>/summary/", summaries.summary, name="summary"),
    path("forum/threads/<int:thread_id>/summary/history/", summaries.history, name="summary_history"),
    path("forum/threads/<int:thread_id>/stage/", summaries.stage, name="stage"),
    path("forum/threads/<int:thread_id>/lock/", moderating.lock, name="lock"),
    path("forum/threads/<int:thread_id>/unlock/", moderating.unlock, name="unlock"),
    path("forum/threads/<int:thread_id>/pin/", moderating.pin, name="pin"),
    path("forum/threads/<int:thread_id>/unpin/", moderating.unpin, name="unpin"),
    path("forum/threads/<int:thread_id>/rename/", moderating.rename, name="rename"),
    path("forum/threads/<int:thread_id>/move/", moderating.move, name="move"),
    path("forum/threads/<int:thread_id>/merge/", moderating.merge, name="merge"),
    path("forum/<slug:slug>/", reading.category, name="category"),
    path("forum/<slug:slug>/new/", writing.new_thread, name="new_thread"),
    path("forum/<slug:slug>/feed.atom", feeds.category_feed, name="category_feed"),
    path("forum/<slug:slug>/<int:thread_id>-<slug:title>/", reading.thread, name="thread"),
    path("forum/<slug:slug>/<int:thread_id>-<slug:title>/feed.atom", feeds.thread_feed, name="thread_feed"),
    path("me/bookmarks/", bookmarks.bookmarks, name="bookmarks"),
    path("me/drafts/", writing.drafts, name="drafts"),
    path("me/drafts/files/", files.draft_files, name="draft_files"),
    path("me/drafts/<int:draft_id>/discard/", writing.discard_draft, name="discard_draft"),
]
