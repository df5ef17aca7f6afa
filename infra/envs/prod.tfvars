# Two of everything, one in each zone, so either zone may fail.
environment = "prod"
region      = "eu-central-1"
domain_name = "chat.example.com"
zone_name   = "example.com"

nat_per_zone = true

task_cpu             = 1024
task_memory          = 2048
min_tasks            = 2
max_tasks            = 15
connections_per_task = 5000

database           = "atlas"
atlas_org_id       = "0123456789abcdef01234567"
atlas_private_link = true

valkey_node_type = "cache.t4g.small"
valkey_nodes     = 2

log_retention_days = 90
alert_emails       = ["you@example.com"]
monthly_budget_usd = 500
protect            = true

github_repository = "example/webchat"
