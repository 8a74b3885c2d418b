"""The chapters of the reference, in their order."""

from idp.openapi.model import Tag

AUTHORIZATION = Tag("Authorization", "Where a client sends the browser of a person.")
TOKENS = Tag("Tokens", "Get tokens, ask what they are, and give them back.")
USERINFO = Tag("UserInfo", "Who the person is.")
CLIENTS = Tag("Clients", "How clients register and manage themselves, if the operator lets them.")
DISCOVERY = Tag("Discovery", "Documents about this server that anybody may read and keep a while.")
ADMINISTRATION = Tag("Administration", "For programs of whoever runs this server.")
HEALTH = Tag("Health", "Probes for whoever watches over the server.")
PAGES = Tag("Pages", "What people see. Their addresses are stable; what is on them is not.")

TAGS = (
    AUTHORIZATION,
    TOKENS,
    USERINFO,
    CLIENTS,
    DISCOVERY,
    ADMINISTRATION,
    HEALTH,
    PAGES,
)
