# Inputs of an environment: CloudFront, the firewall, and the synthetic check.

variable "cloudfront" {
  description = "CloudFront before pages and files: the build's files near people, files of people by shorter ways."
  type        = bool
  default     = false
  nullable    = false
}

variable "firewall" {
  description = "A firewall with rates by address. Worth it where strangers may register."
  type        = bool
  default     = false
  nullable    = false
}

variable "sign_in_limit" {
  description = "With the firewall: requests to registration, and as many to login, that one address may make in five minutes."
  type        = number
  default     = 100
  nullable    = false

  validation {
    condition     = var.sign_in_limit >= 10 && floor(var.sign_in_limit) == var.sign_in_limit
    error_message = "The firewall counts from 10 requests in five minutes on."
  }
}

variable "request_limit" {
  description = "With the firewall: requests in all that one address may make in five minutes. An office is one address."
  type        = number
  default     = 20000
  nullable    = false

  validation {
    condition     = var.request_limit >= 1000 && floor(var.request_limit) == var.request_limit
    error_message = "Below 1000 requests in five minutes a few people at one address would be shut out."
  }
}

variable "canary_minutes" {
  description = "Every so many minutes a task signs in, sends a message and reads it. 0: never."
  type        = number
  default     = 0
  nullable    = false

  validation {
    condition     = contains([0, 5, 10, 15, 30, 60], var.canary_minutes)
    error_message = "The synthetic check runs every 5, 10, 15, 30 or 60 minutes, or never (0)."
  }
}
