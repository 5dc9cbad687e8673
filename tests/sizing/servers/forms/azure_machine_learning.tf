#= engine: managed
#= model: azureml://registries/azureml-meta/models/Llama-3.1-8B-Instruct/versions/4
#= machine: Standard_NC24ads_A100_v4
#= replicas: 1
resource "azapi_resource" "deployment" {
  type = "Microsoft.MachineLearningServices/workspaces/onlineEndpoints/deployments@2024-04-01"
  name = "blue"
  body = {
    properties = {
      endpointComputeType = "Managed"
      instanceType        = "Standard_NC24ads_A100_v4"
      model               = "azureml://registries/azureml-meta/models/Llama-3.1-8B-Instruct/versions/4"
    }
    sku = { name = "Default", capacity = 1 }
  }
}
