# Inputs of an environment: accounts.

variable "admin_email" {
  description = "Address of the account that administers WebChat. Empty: the account that is made first."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.admin_email == "" || can(regex("^[^\\s<>@,;\"]+@[^\\s<>@,;\"]+$", var.admin_email))
    error_message = "The administrator's address must be an email address, such as admin@example.com."
  }
}

variable "registration" {
  description = "Who may make an account: open, invite, approval, closed, or domain: and a domain, such as domain:example.org."
  type        = string
  default     = "open"
  nullable    = false

  validation {
    condition     = can(regex("^(open|invite|approval|closed|domain:[^\\s@:]+)$", var.registration))
    error_message = "Registration must be open, invite, approval, closed, or domain: and a domain."
  }
}
