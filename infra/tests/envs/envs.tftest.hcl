# The files of envs/ as they stand: terraform test -test-directory=tests/envs -var-file=envs/prod.tfvars

mock_provider "aws" {
  source = "./tests/mocks/aws"
}

mock_provider "mongodbatlas" {
  source = "./tests/mocks/atlas"
}

run "file" {
  assert {
    condition     = output.url == "https://${var.domain_name}"
    error_message = "The environment must be reached at its domain."
  }

  assert {
    condition     = (var.environment != "prod") || (var.protect && var.nat_per_zone && var.min_tasks >= 2 && var.valkey_nodes >= 2)
    error_message = "In production either zone may fail, and nothing is deleted by mistake."
  }
}
