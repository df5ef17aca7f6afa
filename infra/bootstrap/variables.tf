variable "project" {
  description = "Name of the project; the same as in the environments."
  type        = string
  default     = "webchat"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,14}[a-z0-9]$", var.project))
    error_message = "The project needs 3 to 16 lower-case letters, digits or hyphens, beginning with a letter."
  }
}

variable "region" {
  description = "AWS region of state and images, such as eu-central-1."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "The region must be an AWS region's name, such as eu-central-1."
  }
}

variable "github_repository" {
  description = "Repository whose pull requests may preview plans, as owner/name."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+$", var.github_repository))
    error_message = "The repository must be owner/name: an asterisk in it would let others in."
  }
}
