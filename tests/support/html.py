def check_page(html, *, is_fragment, where):
    return []
