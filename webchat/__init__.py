"""Answer -> people: the Gradio chat, the HTTP API and the widget."""
