"""A small OpenID provider in a process of its own: discovery, authorize, token, keys, userinfo.

Its ID tokens are signed with RS256. `python -m tests.oidc_server` prints its address.

PUT /claims sets what it says of the person who signs in next. `in_token` holds what the ID token
says otherwise, or null for no ID token.
"""

import base64
import hashlib
import json
import secrets
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
CLIENT = ("dailies", "a-secret-of-the-client")


class Provider(ThreadingHTTPServer):
    """What is known of the person, and the codes that were given out."""

    claims: dict[str, Any]
    codes: dict[str, dict[str, str]]
    tokens: dict[str, dict[str, Any]]

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Provider

    def log_message(self, *args: Any) -> None:
        """Say nothing."""

    def do_PUT(self) -> None:
        self.server.claims = json.loads(self._body())
        self._json({})

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(address.query).items()}
        if address.path == "/.well-known/openid-configuration":
            self._json(self._configuration())
        elif address.path == "/keys":
            key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
            self._json({"keys": [key | {"kid": "one", "use": "sig", "alg": "RS256"}]})
        elif address.path == "/authorize":
            self._authorize(query)
        elif address.path == "/userinfo":
            token = self.headers.get("Authorization", "").removeprefix("Bearer ")
            claims = self.server.tokens.get(token)
            self._json(claims or {"error": "invalid_token"}, 200 if claims else 401)
        else:
            self._json({}, 404)

    def do_POST(self) -> None:
        form = {name: values[0] for name, values in parse_qs(self._body()).items()}
        authorization = self.server.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        credentials = (form.get("client_id"), form.get("client_secret"))
        if (
            authorization is None
            or credentials != CLIENT
            or authorization["code_challenge"] != challenge
        ):
            self._json({"error": "invalid_grant"}, 400)
            return
        claims, access, now = dict(self.server.claims), secrets.token_urlsafe(), int(time.time())
        otherwise = claims.pop("in_token", {})
        self.server.tokens[access] = claims
        token = {"iss": self.server.issuer, "aud": CLIENT[0], "iat": now, "exp": now + 300}
        answer = {"access_token": access, "token_type": "Bearer"}
        if otherwise is not None:
            said = token | claims | otherwise
            answer["id_token"] = jwt.encode(said, KEY, algorithm="RS256", headers={"kid": "one"})
        self._json(answer)

    def _authorize(self, query: dict[str, str]) -> None:
        code = secrets.token_urlsafe()
        self.server.codes[code] = query
        answer = {"code": code, "state": query["state"]}
        if self.server.claims.get("sub") is None:
            answer = {"error": "access_denied", "state": query["state"]}
        self.send_response(302)
        self.send_header("Location", f"{query['redirect_uri']}?{urlencode(answer)}")
        self.end_headers()

    def _configuration(self) -> dict[str, Any]:
        at = self.server.issuer
        token = self.server.claims.get("in_token") or {}
        return {
            "issuer": token.get("iss", at),
            "authorization_endpoint": f"{at}/authorize",
            "token_endpoint": f"{at}/token",
            "userinfo_endpoint": f"{at}/userinfo",
            "jwks_uri": f"{at}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def _body(self) -> str:
        return self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()

    def _json(self, value: Any, status: int = 200) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    provider = Provider(("127.0.0.1", 0), Handler)
    provider.claims, provider.codes, provider.tokens = {}, {}, {}
    print(provider.issuer, flush=True)
    provider.serve_forever()
