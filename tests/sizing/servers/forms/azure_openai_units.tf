#= engine: managed
#= model: gpt-4o
#= revision: "2024-11-20"
#= units: 50
resource "azurerm_cognitive_deployment" "gpt" {
  name                 = "gpt"
  cognitive_account_id = "/subscriptions/x"
  model {
    format  = "OpenAI"
    name    = "gpt-4o"
    version = "2024-11-20"
  }
  sku {
    name     = "ProvisionedManaged"
    capacity = 50
  }
}
resource "azurerm_cognitive_deployment" "by_the_token" {
  name                 = "mini"
  cognitive_account_id = "/subscriptions/x"
  model {
    format = "OpenAI"
    name   = "gpt-4o-mini"
  }
  sku {
    name     = "GlobalStandard"
    capacity = 100
  }
}
