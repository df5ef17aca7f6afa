mock_resource "mongodbatlas_project" {
  defaults = { id = "0123456789abcdef01234567" }
}
