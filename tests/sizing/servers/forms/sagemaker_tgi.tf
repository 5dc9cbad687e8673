#= engine: tgi
#= image: 763104351884.dkr.ecr.us-east-1.amazonaws.com/huggingface-pytorch-tgi-inference
#= tag: 2.4.0-tgi3.0.1-gpu-py311-cu124-ubuntu22.04
#= model: mistralai/Mistral-7B-Instruct-v0.3
#= tensor_parallel: 4
#= max_length: 8192
#= machine: ml.g5.12xlarge
#= replicas: 2
resource "aws_sagemaker_model" "llm" {
  name               = "mistral"
  execution_role_arn = "arn:aws:iam::123456789012:role/x"
  primary_container {
    image = "763104351884.dkr.ecr.us-east-1.amazonaws.com/huggingface-pytorch-tgi-inference:2.4.0-tgi3.0.1-gpu-py311-cu124-ubuntu22.04"
    environment = {
      HF_MODEL_ID      = "mistralai/Mistral-7B-Instruct-v0.3"
      SM_NUM_GPUS      = "4"
      MAX_TOTAL_TOKENS = "8192"
    }
  }
}
resource "aws_sagemaker_endpoint_configuration" "llm" {
  production_variants {
    variant_name           = "a"
    model_name             = aws_sagemaker_model.llm.name
    instance_type          = "ml.g5.12xlarge"
    initial_instance_count = 2
  }
}
