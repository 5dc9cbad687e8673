#= engine: managed
#= model: google/gemma-3-12b-it
#= machine: g2-standard-12
#= gpus: 1.0
#= device: nvidia.com/gpu
#= accelerator: L4
#= replicas: 1
resource "google_vertex_ai_endpoint_with_model_garden_deployment" "llm" {
  hugging_face_model_id = "google/gemma-3-12b-it"
  location              = "us-central1"
  deploy_config {
    dedicated_resources {
      machine_spec {
        machine_type      = "g2-standard-12"
        accelerator_type  = "NVIDIA_L4"
        accelerator_count = 1
      }
      min_replica_count = 1
    }
  }
}
