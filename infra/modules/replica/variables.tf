variable "name" {
  description = "Beginning of the names."
  type        = string
  nullable    = false
}

variable "bucket" {
  description = "Name of the bucket that is copied; it keeps versions."
  type        = string
  nullable    = false
}

variable "bucket_arn" {
  description = "Its ARN."
  type        = string
  nullable    = false
}

variable "replica_name" {
  description = "Name of the copy."
  type        = string
  nullable    = false

  validation {
    condition     = length(var.replica_name) <= 63
    error_message = "The copy's name has more than 63 characters: choose a shorter project or environment."
  }
}

variable "replica_region" {
  description = "Region of the copy."
  type        = string
  nullable    = false
}

variable "force_destroy" {
  description = "Let Terraform empty the copy when it is taken down."
  type        = bool
  default     = false
  nullable    = false
}
