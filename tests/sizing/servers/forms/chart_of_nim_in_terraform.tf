#= engine: nim
#= image: nvcr.io/nim/meta/llama-3.1-70b-instruct
#= tag: 1.3.3
#= model: nvcr.io/nim/meta/llama-3.1-70b-instruct
#= gpus: 4.0
#= device: nvidia.com/gpu
#= replicas: 2
resource "helm_release" "nim" {
  name  = "nim"
  chart = "https://helm.ngc.nvidia.com/nim/charts/nim-llm"
  values = [yamlencode({
    image     = { repository = "nvcr.io/nim/meta/llama-3.1-70b-instruct", tag = "1.3.3" }
    resources = { limits = { "nvidia.com/gpu" = 4 } }
  })]
  set {
    name  = "replicaCount"
    value = "2"
  }
}
