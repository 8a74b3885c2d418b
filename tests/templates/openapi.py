"""An OpenAPI document with one of everything that the reference page shows."""

OPENAPI = {
    "openapi": "3.1.0",
    "info": {"title": "Acme ID API", "version": "1.0", "description": "Everything over HTTP."},
    "servers": [{"url": "https://id.acme.example"}],
    "tags": [{"name": "Tokens", "description": "Get and revoke them."}, {"name": "Discovery"}],
    "paths": {
        "/token": {
            "post": {
                "tags": ["Tokens"],
                "summary": "Exchange a code for tokens",
                "description": "Redeems an authorization code, once.",
                "operationId": "token",
                "security": [{"client_secret_basic": []}, {}],
                "requestBody": {
                    "content": {
                        "application/x-www-form-urlencoded": {
                            "schema": {
                                "properties": {
                                    "grant_type": {
                                        "type": "string",
                                        "enum": ["authorization_code", "refresh_token"],
                                        "description": "How the tokens are asked for.",
                                    },
                                    "code": {"type": ["string", "null"]},
                                },
                                "required": ["grant_type"],
                            }
                        }
                    }
                },
                "responses": {
                    "200": {
                        "description": "The tokens",
                        "content": {
                            "application/json": {
                                "schema": {"$ref": "#/components/schemas/Tokens"},
                                "example": {"access_token": "ey...", "expires_in": 600},
                            }
                        },
                    },
                    "400": {"$ref": "#/components/responses/Refused"},
                },
            }
        },
        "/jwks": {
            "get": {
                "tags": ["Discovery"],
                "summary": "Read the public keys",
                "operationId": "jwks",
                "parameters": [{"name": "If-None-Match", "in": "header"}],
                "responses": {"200": {"description": "The key set"}},
            }
        },
    },
    "components": {
        "schemas": {
            "Tokens": {"type": "object", "properties": {"access_token": {"type": "string"}}},
            "Error": {"properties": {"error": {"enum": ["invalid_grant", "invalid_request"]}}},
        },
        "responses": {
            "Refused": {
                "description": "The request was refused",
                "content": {
                    "application/json": {
                        "schema": {"$ref": "#/components/schemas/Error"},
                        "examples": {
                            "spent": {
                                "summary": "A code that was used before",
                                "value": {"error": "invalid_grant"},
                            }
                        },
                    }
                },
            }
        },
    },
}
