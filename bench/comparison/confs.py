"""Configurations of those that are compared, and who asks them."""
TENANT, AGENT, KEY = "peer-tenant", "agent-7", "peers-key-4f1d0c7b9a"
ANSWER = '{"subject":"example.com","kind":"domain","score":0.87,"verdict":"trusted"}'
TARGET = "/v1/rate?subject=example.com"
HEADERS = {"Authorization": "Bearer " + KEY, "X-Tenant-Id": TENANT, "X-Agent-Id": AGENT}

UPSTREAM_CONF = """
daemon off; worker_processes 1; pid {dir}/upstream.pid; error_log {dir}/upstream.err warn;
events {{ worker_connections {connections}; }}
http {{
  access_log off; keepalive_timeout 1h; keepalive_requests 1000000000;
  client_body_temp_path {dir}/t1; proxy_temp_path {dir}/t2; fastcgi_temp_path {dir}/t3; uwsgi_temp_path {dir}/t4;
  scgi_temp_path {dir}/t5;
  server {{ listen 127.0.0.1:{port}; listen 127.0.0.1:{http2_port} http2; http2_max_concurrent_streams 256; default_type application/json; location / {{ return 200 '{answer}'; }} }}
}}
"""
NGINX_CONF = """
daemon off; worker_processes {loops}; pid {dir}/nginx.pid; error_log {dir}/nginx.err warn;
events {{ worker_connections {connections}; }}
http {{
  access_log off; keepalive_timeout 1h; keepalive_requests 1000000000;
  client_body_temp_path {dir}/n1; proxy_temp_path {dir}/n2; fastcgi_temp_path {dir}/n3; uwsgi_temp_path {dir}/n4;
  scgi_temp_path {dir}/n5;
  limit_req_zone $http_x_tenant_id zone=tenants:16m rate=500000r/s; limit_req_status 429;
  upstream rating {{ server 127.0.0.1:{upstream}; keepalive 4096; keepalive_requests 1000000000; }}
  server {{
    listen 127.0.0.1:{port};
    location / {{
      limit_req zone=tenants burst=500000 nodelay;
      proxy_pass http://rating; proxy_http_version 1.1; proxy_set_header Connection "";
    }}
  }}
}}
"""
HAPROXY_CONF = """
global
  nbthread {loops}
  maxconn {connections}
defaults
  mode http
  timeout connect 2s
  timeout client 75s
  timeout server 60s
  http-reuse always
frontend clients
  bind 127.0.0.1:{port}
  stick-table type string len 64 size 100k expire 60s store http_req_rate(10s)
  http-request track-sc0 req.hdr(X-Tenant-Id)
  http-request deny deny_status 429 if {{ sc_http_req_rate(0) gt 100000000 }}
  default_backend rating
backend rating
  server one 127.0.0.1:{upstream}
"""
EDGE_CONF = """
listen: 127.0.0.1:{port}
event_loops: {loops}
upstream:
  servers: [http://127.0.0.1:{upstream}]
  http2: {http2}
catalog: [billing.yaml]
data: {data}
admin: {{listen: 127.0.0.1:{admin}}}
"""
CLUSTER_CONF = """
cluster:
  node: {node}
  bind: 127.0.0.1:{port}
  peers: [{peers}]
  secret: of-these-nodes-alone-3d1c
"""
CATALOG = """
plans:
  wide:
    monthly_quota: 1_000_000_000_000
    overage: allow
    overage_rate: 0.00002
    limits:
      - {{name: tenant, per: tenant, capacity: 1000000000, refill_rate: 1000000000, interval_seconds: 1}}
      - {{name: agent, per: agent, capacity: 1000000000, refill_rate: 1000000000, interval_seconds: 1}}
tenants:
  - {{id: {tenant}, plan: wide, api_keys: ["sha256:{hash}"]}}
billing: {{currency: USD, invoice_day: 1}}
"""
