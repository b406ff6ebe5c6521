// The description of the API; nothing of it is asked from elsewhere.
window.SwaggerUIBundle({ url: "openapi.json", dom_id: "#api", validatorUrl: null, deepLinking: true });
