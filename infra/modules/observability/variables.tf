variable "name" {
  description = "Beginning of every name; cluster and service are called exactly so."
  type        = string
  nullable    = false
}

variable "environment" {
  description = "Name of the environment, which the tag Environment holds."
  type        = string
  nullable    = false
}

variable "account_id" {
  description = "AWS account."
  type        = string
  nullable    = false
}

variable "region" {
  description = "AWS region."
  type        = string
  nullable    = false
}

variable "log_retention_days" {
  description = "Days that logs are kept."
  type        = number
  nullable    = false
}

variable "alert_emails" {
  description = "Who gets alarms and budget warnings."
  type        = list(string)
  nullable    = false
}

variable "monthly_budget_usd" {
  description = "What the project may cost a month, in US dollars."
  type        = number
  nullable    = false
}

variable "metric_dimensions" {
  description = "Dimensions of the application's own metrics."
  type        = map(string)
  nullable    = false
}

variable "load_balancer_arn_suffix" {
  description = "What metrics call the load balancer."
  type        = string
  nullable    = false
}

variable "target_group_arn_suffix" {
  description = "What metrics call the target group."
  type        = string
  nullable    = false
}

variable "cache_member_ids" {
  description = "Nodes of the cache."
  type        = list(string)
  nullable    = false
}

variable "min_tasks" {
  description = "Tasks that always run."
  type        = number
  nullable    = false
}

variable "max_tasks" {
  description = "Tasks that run at most."
  type        = number
  nullable    = false
}

variable "max_connections_per_task" {
  description = "Connections of one task that are too many."
  type        = number
  nullable    = false
}

variable "canary" {
  description = "Whether a synthetic check runs, whose failures are told."
  type        = bool
  default     = false
  nullable    = false
}
