# Small and cheap: one of everything. Its data may be lost.
environment = "dev"
region      = "eu-central-1"
domain_name = "dev.chat.example.com"
zone_name   = "example.com"

nat_per_zone = false

task_cpu             = 256
task_memory          = 1024
min_tasks            = 1
max_tasks            = 2
connections_per_task = 1000

# Put the address of a free Atlas cluster into the secret that is made for it.
database = "existing"

valkey_node_type = "cache.t4g.micro"
valkey_nodes     = 1

log_retention_days = 14
alert_emails       = ["you@example.com"]
monthly_budget_usd = 120
protect            = false

github_repository = "example/webchat"
