from django.urls import path

from vamco.systems.broker.pages import authorizing, clients, consents, leaving, protocol

app_name = "broker"
urlpatterns = [
    path(".well-known/openid-configuration", protocol.discovery, name="discovery"),
    path("oidc/keys", protocol.key_set, name="keys"),
    path("oidc/authorize", authorizing.authorize, name="authorize"),
    path("oidc/agree", authorizing.agree, name="agree"),
    path("oidc/token", protocol.token, name="token"),
    path("oidc/userinfo", protocol.userinfo, name="userinfo"),
    path("oidc/introspect", protocol.introspect, name="introspect"),
    path("oidc/revoke", protocol.revoke, name="revoke"),
    path("oidc/end-session", leaving.end_session, name="end_session"),
    path("oidc/leave", leaving.leave, name="leave"),
    path("account/services/", consents.consents, name="consents"),
    path("account/services/<int:consent_id>/withdraw", consents.withdraw, name="withdraw"),
    path("desk/clients/", clients.listing, name="clients"),
    path("desk/clients/new", clients.new, name="new_client"),
    path("desk/clients/<str:client_code>", clients.client, name="client"),
]
