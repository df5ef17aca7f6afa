variable "name" {
  description = "Beginning of every name."
  type        = string
  nullable    = false
}

variable "region" {
  description = "AWS region; Atlas is in the same."
  type        = string
  nullable    = false
}

variable "vpc_id" {
  description = "Network of the PrivateLink endpoint."
  type        = string
  nullable    = false
}

variable "private_subnet_ids" {
  description = "Subnets of the cache and of the PrivateLink endpoint."
  type        = list(string)
  nullable    = false
}

variable "nat_count" {
  description = "How many NAT gateways there are."
  type        = number
  nullable    = false
}

variable "nat_addresses" {
  description = "The NAT gateways' addresses, for the allow list of Atlas."
  type        = list(string)
  nullable    = false
}

variable "cache_security_group_id" {
  description = "Security group of the cache."
  type        = string
  nullable    = false
}

variable "database_security_group_id" {
  description = "Security group of the PrivateLink endpoint; empty without one."
  type        = string
  nullable    = false
}

variable "task_role_arn" {
  description = "Role of the tasks, who is the user of the database in Atlas."
  type        = string
  nullable    = false
}

variable "database" {
  description = "atlas or existing."
  type        = string
  nullable    = false

  validation {
    condition     = contains(["atlas", "existing"], var.database)
    error_message = "The database must be atlas or existing."
  }
}

variable "atlas_org_id" {
  description = "Organization in Atlas."
  type        = string
  nullable    = false
}

variable "atlas_instance_size" {
  description = "Size of the Atlas cluster."
  type        = string
  nullable    = false
}

variable "atlas_private_link" {
  description = "Reach Atlas by PrivateLink instead of the NAT gateways."
  type        = bool
  nullable    = false
}

variable "max_tasks" {
  description = "Tasks that run at most, which share the database's connections."
  type        = number
  nullable    = false
}

variable "valkey_node_type" {
  description = "Type of the cache's nodes."
  type        = string
  nullable    = false
}

variable "valkey_nodes" {
  description = "Nodes of the cache; from two on with failover."
  type        = number
  nullable    = false
}

variable "secrets_version" {
  description = "Raised, the cache's password is made anew."
  type        = number
  nullable    = false
}

variable "protect" {
  description = "Keep deleted secrets for 30 days, protect the cluster, and keep its history for a point-in-time restore."
  type        = bool
  nullable    = false
}

variable "canary" {
  description = "Whether a synthetic check needs a password."
  type        = bool
  default     = false
  nullable    = false
}

variable "mail" {
  description = "Whether a secret awaits the address of a mail server."
  type        = bool
  default     = false
  nullable    = false
}

variable "alert_emails" {
  description = "Who gets the alerts of Atlas."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "replica_region" {
  description = "Second region that snapshots are copied to; empty: none."
  type        = string
  default     = ""
  nullable    = false
}
