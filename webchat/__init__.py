"""Answer -> people: the chat page, the HTTP API and the widget."""
