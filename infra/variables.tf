# Inputs of an environment: where, how large, watched by whom. Those of database, cache and files are in variables_data.tf.

variable "project" {
  description = "Name of the project; every resource's name and the tag Project begin with it. The same as in bootstrap."
  type        = string
  default     = "webchat"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]([a-z0-9]|-[a-z0-9]){1,15}$", var.project)) && length(var.project) >= 3 && length(var.project) <= 16 && var.project != "internal" && !startswith(var.project, "internal-")
    error_message = "The project needs 3 to 16 lower-case letters, digits or single hyphens, beginning with a letter and not with internal-: load balancers' and caches' names allow no more."
  }
}

variable "environment" {
  description = "Name of this environment, such as dev or prod."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9]{1,9}$", var.environment))
    error_message = "The environment needs 2 to 10 lower-case letters or digits, beginning with a letter."
  }
}

variable "region" {
  description = "AWS region, such as eu-central-1."
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

variable "domain_name" {
  description = "Host name of the chat, such as chat.example.com."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]{2,}$", var.domain_name)) && length(var.domain_name) <= 64
    error_message = "The domain name must be a host name such as chat.example.com, without https:// and without a slash, of 64 characters at most: certificates take no longer one."
  }
}

variable "zone_name" {
  description = "Route 53 hosted zone that the domain name is in, such as example.com. It must exist."
  type        = string
  nullable    = false

  validation {
    condition     = var.domain_name == var.zone_name || endswith(var.domain_name, ".${var.zone_name}")
    error_message = "The domain name must be in the zone: for chat.example.com that is example.com or chat.example.com."
  }
}

variable "vpc_cidr" {
  description = "Addresses of the network. Four subnets of a sixteenth each are cut from it."
  type        = string
  default     = "10.20.0.0/16"
  nullable    = false

  validation {
    condition     = can(cidrsubnet(var.vpc_cidr, 4, 3)) && try(tonumber(split("/", var.vpc_cidr)[1]) >= 16 && tonumber(split("/", var.vpc_cidr)[1]) <= 22 && cidrhost(var.vpc_cidr, 0) == split("/", var.vpc_cidr)[0], false)
    error_message = "The network's addresses must be an IPv4 block between /16 and /22 that begins where its size begins, such as 10.20.0.0/16."
  }
}

variable "nat_per_zone" {
  description = "A NAT gateway in each zone (true), or one for both (false): cheaper, but a zone's failure cuts all tasks off."
  type        = bool
  nullable    = false
}

variable "cpu_architecture" {
  description = "Architecture of the tasks, and so of the image: ARM64 (a fifth cheaper) or X86_64."
  type        = string
  default     = "ARM64"
  nullable    = false

  validation {
    condition     = contains(["ARM64", "X86_64"], var.cpu_architecture)
    error_message = "The architecture must be ARM64 or X86_64."
  }
}

variable "image_tag" {
  description = "Tag of the image in the project's repository that the service starts with. Later ones come by deploy.sh."
  type        = string
  default     = "first"
  nullable    = false

  validation {
    condition     = can(regex("^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$", var.image_tag)) && var.image_tag != "latest"
    error_message = "The image's tag must be a valid tag other than latest: tags are immutable here, and latest would never move."
  }
}

variable "task_cpu" {
  description = "CPU units of a task; 1024 are one vCPU. The server is one process, so more than 2048 helps little."
  type        = number
  nullable    = false

  validation {
    condition     = contains([256, 512, 1024, 2048, 4096], var.task_cpu)
    error_message = "A task's CPU must be 256, 512, 1024, 2048 or 4096 units."
  }
}

variable "task_memory" {
  description = "Memory of a task in MiB."
  type        = number
  nullable    = false

  validation {
    condition = (
      (var.task_memory % 1024 == 0 || var.task_memory == 512) && var.task_memory >= var.task_cpu * 2 &&
      var.task_memory <= min(var.task_cpu * 8, 30720)
    )
    error_message = "Fargate takes between 2 and 8 MiB of memory a CPU unit, in steps of 1024 MiB, and 30720 at most: with 512 units 1024 to 4096."
  }
}

variable "min_tasks" {
  description = "Tasks that always run. Two or more are spread over both zones."
  type        = number
  nullable    = false

  validation {
    condition     = var.min_tasks >= 1 && floor(var.min_tasks) == var.min_tasks
    error_message = "At least one task must run, and tasks come in whole numbers."
  }
}

variable "max_tasks" {
  description = "Tasks that run at most."
  type        = number
  nullable    = false

  validation {
    condition     = var.max_tasks >= var.min_tasks && var.max_tasks <= 15 && floor(var.max_tasks) == var.max_tasks
    error_message = "The highest number of tasks must be at least the lowest, and at most 15: one cache node hands events to no more (docs/scaling.md says what comes after)."
  }
}

variable "connections_per_task" {
  description = "WebSocket connections a task on average before another one is started."
  type        = number
  default     = 5000
  nullable    = false

  validation {
    condition     = var.connections_per_task >= 100 && var.connections_per_task <= 20000
    error_message = "A task's connections must be between 100 and 20000: 10000 were measured on 1 vCPU and 2 GiB, and a lost task's load must fit on the others."
  }
}

variable "log_level" {
  description = "How much the application logs."
  type        = string
  default     = "info"
  nullable    = false

  validation {
    condition     = contains(["fatal", "error", "warn", "info", "debug", "trace"], var.log_level)
    error_message = "The log level must be fatal, error, warn, info, debug or trace."
  }
}

variable "log_retention_days" {
  description = "Days that logs are kept."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731], var.log_retention_days)
    error_message = "CloudWatch keeps logs 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545 or 731 days."
  }
}

variable "alert_emails" {
  description = "Who gets alarms and budget warnings. Each address must confirm a mail once."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(var.alert_emails) > 0 && alltrue([for address in var.alert_emails : can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", address))])
    error_message = "At least one mail address must get the alarms, and each must look like name@example.com."
  }
}

variable "monthly_budget_usd" {
  description = "What the project may cost a month in this account, in US dollars, before mails are sent."
  type        = number
  nullable    = false

  validation {
    condition     = var.monthly_budget_usd > 0
    error_message = "The budget must be above 0 US dollars."
  }
}

variable "protect" {
  description = "Refuse to delete load balancer, database, files and secrets. True in production; set it to false, and apply, before you take it down."
  type        = bool
  nullable    = false
}

variable "github_repository" {
  description = "Repository that deploys, as OWNER@ID/NAME@ID, or owner/name where GitHub writes no ids. Empty: nobody does by GitHub Actions."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.github_repository == "" || can(regex("^[A-Za-z0-9_.-]+(@[0-9]+/[A-Za-z0-9_.-]+@[0-9]+|/[A-Za-z0-9_.-]+)$", var.github_repository))
    error_message = "The repository must be OWNER@ID/NAME@ID or owner/name, or empty: docs/deploy/02-bootstrap.md says how to read the ids."
  }
}
