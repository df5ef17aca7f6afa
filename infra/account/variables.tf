variable "project" {
  description = "Name of the project; the same everywhere."
  type        = string
  default     = "webchat"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]([a-z0-9]|-[a-z0-9]){1,15}$", var.project)) && length(var.project) >= 3 && length(var.project) <= 16 && var.project != "internal" && !startswith(var.project, "internal-")
    error_message = "The project needs 3 to 16 lower-case letters, digits or single hyphens, beginning with a letter and not with internal-: load balancers' and caches' names allow no more."
  }
}

variable "region" {
  description = "AWS region to speak to, such as eu-central-1."
  type        = string
  nullable    = false

  validation {
    condition = contains([
      "af-south-1", "ap-east-1", "ap-east-2", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-south-2",
      "ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5", "ap-southeast-7", "ca-central-1",
      "ca-west-1", "eu-central-1", "eu-central-2", "eu-north-1", "eu-south-1", "eu-south-2", "eu-west-1", "eu-west-2", "eu-west-3",
      "il-central-1", "me-central-1", "me-south-1", "mx-central-1", "sa-east-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2",
    ], var.region)
    error_message = "The region must be one of AWS's, such as eu-central-1; a newer one is added to this list first."
  }
}

variable "github_repository" {
  description = "Repository whose pull requests may preview plans, as OWNER@ID/NAME@ID, or owner/name where GitHub writes no ids."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_.-]+(@[0-9]+/[A-Za-z0-9_.-]+@[0-9]+|/[A-Za-z0-9_.-]+)$", var.github_repository))
    error_message = "The repository must be OWNER@ID/NAME@ID or owner/name: an asterisk in it would let others in."
  }
}
