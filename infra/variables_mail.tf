# Inputs of an environment: mail.

variable "mail_from" {
  description = "Sender of mails, such as chat@example.com. With it, a secret is made that you put the address of a mail server (SMTP_URL) into. Empty: no mail."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.mail_from == "" || can(regex("^([^<>\"]{1,64} <)?[^\\s<>@,;\"]+@[^\\s<>@,;\"]+>?$", var.mail_from))
    error_message = "The sender of mails must be an address, such as chat@example.com or Our chat <chat@example.com>."
  }
}

variable "mail_port" {
  description = "Port of the mail server, which the tasks are let out to if there is mail."
  type        = number
  default     = 587
  nullable    = false

  validation {
    condition     = var.mail_port >= 1 && var.mail_port <= 65535
    error_message = "The mail server's port must be between 1 and 65535."
  }
}
