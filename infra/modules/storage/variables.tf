variable "name" {
  description = "Beginning of every name."
  type        = string
  nullable    = false
}

variable "account_id" {
  description = "AWS account; buckets' names end with it, for they are unique in the world."
  type        = string
  nullable    = false
}

variable "region" {
  description = "AWS region."
  type        = string
  nullable    = false
}

variable "origin" {
  description = "Origin of the chat's pages, the only one that may use the bucket from a browser."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^https://[a-z0-9.-]+$", var.origin))
    error_message = "The origin must be exact, such as https://chat.example.com: no path, no asterisk."
  }
}

variable "log_retention_days" {
  description = "Days that access logs and flow logs are kept."
  type        = number
  nullable    = false
}

variable "protect" {
  description = "Refuse to delete a bucket that holds anything."
  type        = bool
  nullable    = false
}

variable "replica_region" {
  description = "Second region that files are copied to; empty: none."
  type        = string
  default     = ""
  nullable    = false
}
