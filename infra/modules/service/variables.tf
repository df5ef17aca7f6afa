variable "name" {
  description = "Beginning of every name; cluster, service and task definition are called exactly so."
  type        = string
  nullable    = false
}

variable "region" {
  description = "AWS region."
  type        = string
  nullable    = false
}

variable "domain_name" {
  description = "Host name of the chat."
  type        = string
  nullable    = false
}

variable "zone_name" {
  description = "Route 53 zone that the host name is in."
  type        = string
  nullable    = false
}

variable "vpc_id" {
  description = "Network."
  type        = string
  nullable    = false
}

variable "public_subnet_ids" {
  description = "Subnets of the load balancer."
  type        = list(string)
  nullable    = false
}

variable "private_subnet_ids" {
  description = "Subnets of the tasks."
  type        = list(string)
  nullable    = false
}

variable "lb_security_group_id" {
  description = "Security group of the load balancer."
  type        = string
  nullable    = false
}

variable "task_security_group_id" {
  description = "Security group of the tasks."
  type        = string
  nullable    = false
}

variable "uploads_bucket_arn" {
  description = "Bucket for files."
  type        = string
  nullable    = false
}

variable "access_logs_bucket" {
  description = "Bucket for the load balancer's access logs."
  type        = string
  nullable    = false
}

variable "repository_arn" {
  description = "Repository that images are pulled from."
  type        = string
  nullable    = false
}

variable "image" {
  description = "Image of the first revision."
  type        = string
  nullable    = false
}

variable "cpu_architecture" {
  description = "ARM64 or X86_64, as the image."
  type        = string
  nullable    = false
}

variable "task_cpu" {
  description = "CPU units of a task."
  type        = number
  nullable    = false
}

variable "task_memory" {
  description = "MiB of a task."
  type        = number
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

variable "connections_per_task" {
  description = "Connections a task on average before another is started."
  type        = number
  nullable    = false
}

variable "metric_dimensions" {
  description = "Dimensions of the application's own metrics."
  type        = map(string)
  nullable    = false
}

variable "settings" {
  description = "Settings of the application that are not secret."
  type        = map(string)
  nullable    = false

  validation {
    condition     = !contains(keys(var.settings), "JWT_SECRET") && !contains(keys(var.settings), "VALKEY_URL")
    error_message = "JWT_SECRET and VALKEY_URL are secrets: they must not stand in the task definition's plain environment."
  }
}

variable "secrets" {
  description = "Settings that are secret, by the ARN of what holds them."
  type        = map(string)
  nullable    = false
}

variable "log_group_name" {
  description = "Log group of the tasks."
  type        = string
  nullable    = false
}

variable "log_group_arn" {
  description = "Its ARN."
  type        = string
  nullable    = false
}

variable "rollback_alarm_names" {
  description = "Alarms that stop a deployment and bring the last one back."
  type        = list(string)
  nullable    = false
}

variable "protect" {
  description = "Refuse to delete the load balancer."
  type        = bool
  nullable    = false
}

variable "edge" {
  description = "CloudFront's name and zone, which the record points to; null: the load balancer itself."
  type        = object({ domain_name = string, zone_id = string })
  default     = null
}

variable "canary_minutes" {
  description = "Minutes between two synthetic checks; 0: none."
  type        = number
  default     = 0
  nullable    = false
}
