variable "name" {
  description = "Beginning of every name; cluster, service and task definition are called exactly so."
  type        = string
  nullable    = false
}

variable "account_id" {
  description = "AWS account; bootstrap has made it know GitHub."
  type        = string
  nullable    = false
}

variable "region" {
  description = "AWS region."
  type        = string
  nullable    = false
}

variable "environment" {
  description = "Environment in GitHub that may deploy here."
  type        = string
  nullable    = false
}

variable "github_repository" {
  description = "Repository that deploys, as OWNER@ID/NAME@ID, or owner/name where GitHub writes no ids."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_.-]+(@[0-9]+/[A-Za-z0-9_.-]+@[0-9]+|/[A-Za-z0-9_.-]+)$", var.github_repository))
    error_message = "The repository must be owner/name or OWNER@ID/NAME@ID: an asterisk in it would let others deploy."
  }
}

variable "repository_arn" {
  description = "Repository of images."
  type        = string
  nullable    = false
}

variable "service_arn" {
  description = "Service that is deployed to."
  type        = string
  nullable    = false
}

variable "passed_role_arns" {
  description = "Roles of the tasks, which a new revision names again."
  type        = list(string)
  nullable    = false
}
