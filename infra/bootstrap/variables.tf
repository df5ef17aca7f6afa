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
  description = "AWS region of state and images, such as eu-central-1."
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

variable "replica_region" {
  description = "Second region, that the states are copied to as they are written. Empty: none."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.replica_region == "" || can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.replica_region)) && var.replica_region != var.region
    error_message = "The second region must be another AWS region, such as eu-west-1, or empty."
  }
}

variable "environments" {
  description = "Environments whose deployed images are kept, the most important first."
  type        = list(string)
  default     = ["prod", "dev"]
  nullable    = false

  validation {
    condition     = length(var.environments) > 0 && alltrue([for environment in var.environments : can(regex("^[a-z][a-z0-9]{1,9}$", environment))])
    error_message = "Each environment needs 2 to 10 lower-case letters or digits, beginning with a letter."
  }
}
