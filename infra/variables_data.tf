# Inputs of an environment: database, cache and files.

variable "database" {
  description = "atlas: a MongoDB Atlas cluster is made here. existing: you put a MongoDB address into the secret that is made for it."
  type        = string
  nullable    = false

  validation {
    condition     = contains(["atlas", "existing"], var.database)
    error_message = "The database must be atlas or existing."
  }
}

variable "database_port" {
  description = "Port of the existing database, which the tasks are let out to."
  type        = number
  default     = 27017
  nullable    = false

  validation {
    condition     = var.database_port >= 1 && var.database_port <= 65535
    error_message = "The database's port must be between 1 and 65535."
  }
}

variable "atlas_org_id" {
  description = "Id of the organization in MongoDB Atlas; only with database = atlas."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.database != "atlas" || can(regex("^[0-9a-f]{24}$", var.atlas_org_id))
    error_message = "With database = atlas the organization's id is needed: 24 hex digits, in Atlas under Organization Settings."
  }
}

variable "atlas_instance_size" {
  description = "Size of the Atlas cluster: M10 and larger. (Free clusters have neither PrivateLink nor backups: make one by hand and use database = existing.)"
  type        = string
  default     = "M10"
  nullable    = false

  validation {
    condition     = contains(["M10", "M20", "M30", "M40", "M50", "M60", "M80", "M140", "M200", "M300"], var.atlas_instance_size)
    error_message = "The Atlas cluster must be M10, M20, M30, M40, M50, M60, M80, M140, M200 or M300."
  }
}

variable "atlas_private_link" {
  description = "Reach Atlas by PrivateLink (true), or by the NAT gateways' addresses on its allow list (false)."
  type        = bool
  default     = false
  nullable    = false
}

variable "valkey_node_type" {
  description = "Type of the cache's nodes, such as cache.t4g.micro."
  type        = string
  default     = "cache.t4g.micro"
  nullable    = false

  validation {
    condition     = can(regex("^cache\\.((t3|t4g)\\.(micro|small|medium)|[mr](5|6g|7g)\\.(large|xlarge|2xlarge|4xlarge|8xlarge|12xlarge|16xlarge|24xlarge))$", var.valkey_node_type))
    error_message = "The cache's node type must be one of ElastiCache's for Valkey, such as cache.t4g.micro or cache.m7g.large."
  }
}

variable "valkey_nodes" {
  description = "Nodes of the cache: 1, or 2 and more, one a zone, with failover."
  type        = number
  nullable    = false

  validation {
    condition     = var.valkey_nodes >= 1 && var.valkey_nodes <= 6 && floor(var.valkey_nodes) == var.valkey_nodes
    error_message = "The cache needs 1 to 6 nodes."
  }
}

variable "secrets_version" {
  description = "Raise it by one to have the cache's password made anew. Session secrets are not touched."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = var.secrets_version >= 1 && floor(var.secrets_version) == var.secrets_version
    error_message = "The secrets' version must be a whole number from 1."
  }
}

variable "upload_quota_gib" {
  description = "GiB of files that one person may store."
  type        = number
  default     = 20
  nullable    = false

  validation {
    condition     = var.upload_quota_gib > 0
    error_message = "The quota must be above 0 GiB."
  }
}

variable "replica_region" {
  description = "Second region that files, and snapshots of an Atlas cluster made here, are copied to. Empty: none."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.replica_region == "" || can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.replica_region)) && var.replica_region != var.region
    error_message = "The second region must be another AWS region, such as eu-west-1, or empty."
  }
}
