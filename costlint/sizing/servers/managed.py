"""Models served by a cloud's own service, declared in Terraform."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from msgspec import structs

from costlint.clusters.embedded import settings_in
from costlint.clusters.machines import accelerator_named
from costlint.model import UNKNOWN, Path, Resource, Unknown, lookup, sources_of
from costlint.sizing.server import Server
from costlint.sizing.servers.containers import read_container, server
from costlint.sizing.servers.neighbours import Neighbours
from costlint.sizing.servers.options import Said, Value, counted
from costlint.sizing.servers.programs import Program, program
from costlint.sizing.servers.requested import image_of
from costlint.sizing.servers.words import settled, written_text

_GKE = "cloud.google.com/gke-accelerator"
_MANAGED = Program("managed", "managed", {}, {}, False)
_FOUNDATION_MODEL = re.compile(r"(?:^|foundation-model/|custom-model/)([\w.:-]+)$")


def servers_of_sagemaker_model(resource: Resource, beside: Neighbours | None = None) -> list[Server]:
    """The containers of an aws_sagemaker_model that serve a language model, on the machines of the endpoint
    configuration that names it. Other models (XGBoost and the like) are none."""
    found = []
    for path, container in _containers(resource):
        environment = container.get("environment")
        image = image_of(container.get("image"))
        holder = {"image": container.get("image"), "env": environment}
        read = read_container(holder, path, resource)
        if read is None:
            model = lookup(environment, ("HF_MODEL_ID",)) if isinstance(environment, dict) else None
            if model is None or isinstance(image.repository, str):
                continue  # an image costlint knows nothing of
            read = program("djl")._replace(engine=""), Said()
            read[1].say("model", settled(written_text(model)), (*path, "environment", "HF_MODEL_ID"))
            read[1].open = True
        ran, said = read
        for name, (value, at) in list(said.values.items()):
            if at[: len(path) + 1] == (*path, "env"):
                said.values[name] = Value(value, (*path, "environment", *at[len(path) + 1 :]))
        for at_ in (("model_data_url",), ("model_data_source", "s3_data_source", "s3_uri")):
            stored = lookup(container, at_)
            if isinstance(stored, str):
                said.say("model", settled(stored), (*path, *at_))
        found.append(server(resource, path, ran, said, _variant(resource, beside)))
    return found


def servers_of_vertex(resource: Resource, beside: Neighbours | None = None) -> list[Server]:
    """The endpoint of a google_vertex_ai_endpoint_with_model_garden_deployment."""
    said = Said()
    for name in ("hugging_face_model_id", "publisher_model_name"):
        value = resource.attributes.get(name)
        if value is not None:
            said.say("model", settled(value) if isinstance(value, str) else UNKNOWN, (name,))
    at: Path = ("deploy_config", "dedicated_resources")
    others: dict[str, Value] = {}
    machine = lookup(resource.attributes, (*at, "machine_spec", "machine_type"))
    if machine is not None:
        others["machine"] = Value(_text(machine), (*at, "machine_spec", "machine_type"))
    count = lookup(resource.attributes, (*at, "machine_spec", "accelerator_count"))
    if count is not None:
        others["gpus"] = Value(
            float(count) if isinstance(count, int) else UNKNOWN, (*at, "machine_spec", "accelerator_count")
        )
    kind = lookup(resource.attributes, (*at, "machine_spec", "accelerator_type"))
    if isinstance(kind, str) and (known := accelerator_named(_GKE, kind.lower().replace("_", "-"))):
        others["accelerator"] = Value(known, (*at, "machine_spec", "accelerator_type"))
        others["device"] = Value("nvidia.com/gpu", (*at, "machine_spec", "accelerator_type"))
    replicas = lookup(resource.attributes, (*at, "min_replica_count"))
    if replicas is not None:
        others["replicas"] = counted(replicas, (*at, "min_replica_count"))
    return [server(resource, (), _MANAGED, said, others)]


def servers_of_bedrock(resource: Resource, beside: Neighbours | None = None) -> list[Server]:
    """The model of an aws_bedrock_provisioned_model_throughput and its model units."""
    said = Said()
    model = resource.attributes.get("model_arn")
    match = _FOUNDATION_MODEL.search(model) if isinstance(model, str) else None
    said.say("model", match[1] if match is not None else UNKNOWN, ("model_arn",))
    return [server(resource, (), _MANAGED, said, _units(resource.attributes.get("model_units"), ("model_units",)))]


def servers_of_azure_openai(resource: Resource, beside: Neighbours | None = None) -> list[Server]:
    """A deployment of Azure OpenAI with provisioned throughput; what is billed by the token holds no server."""
    sku = lookup(resource.attributes, ("sku", "name"))
    if not isinstance(sku, str) or "Provisioned" not in sku:
        return []
    said = Said()
    said.say("model", _text(lookup(resource.attributes, ("model", "name"))), ("model", "name"))
    version = lookup(resource.attributes, ("model", "version"))
    if version is not None:
        said.say("revision", _text(version), ("model", "version"))
    capacity = lookup(resource.attributes, ("sku", "capacity"))
    return [server(resource, (), _MANAGED, said, _units(capacity, ("sku", "capacity")))]


def servers_of_azure_ml(resource: Resource, beside: Neighbours | None = None) -> list[Server]:
    """A deployment behind an online endpoint of Azure ML, declared through azapi_resource."""
    kind = resource.attributes.get("type")
    if not isinstance(kind, str) or "/onlineEndpoints/deployments@" not in kind:
        return []
    body = resource.attributes.get("body")
    inside = settings_in(body) if isinstance(body, str) else body
    at: Path = ("body",) if isinstance(body, str) else ("body", "properties")
    properties = lookup(inside, ("properties",))
    if not isinstance(properties, dict):
        return []
    said, others = Said(), dict[str, Value]()
    model = properties.get("model")
    said.say("model", _text(model) if model is not None else UNKNOWN, at if at == ("body",) else (*at, "model"))
    machine = properties.get("instanceType")
    if machine is not None:
        others["machine"] = Value(_text(machine), at if at == ("body",) else (*at, "instanceType"))
    count = lookup(inside, ("sku", "capacity"))
    if isinstance(count, int):
        others["replicas"] = Value(count, ("body",) if isinstance(body, str) else ("body", "sku", "capacity"))
    return [server(resource, (), _MANAGED, said, others)]


def _containers(resource: Resource) -> Iterator[tuple[Path, Mapping[str, object]]]:
    for name in ("primary_container", "container"):
        blocks = resource.attributes.get(name)
        for index, block in enumerate(blocks if isinstance(blocks, list) else ()):
            if isinstance(block, dict):
                yield (name, index), block


def servers_of_endpoint(resource: Resource, beside: Neighbours | None = None) -> list[Server]:
    """The servers behind an aws_sagemaker_endpoint_configuration, or an aws_sagemaker_endpoint with its own: those of
    the models its variants name, on the machines of each variant. Where they are written is told of what the
    configuration says itself."""
    if resource.type == "aws_sagemaker_endpoint":
        return [
            structs.replace(server, address=resource.address, container=(), written={})
            for source in sources_of(resource.attributes.get("endpoint_config_name"))
            for one in (beside.of_type("aws_sagemaker_endpoint_configuration") if beside is not None else ())
            if one.address == source.address
            for server in servers_of_endpoint(one, beside)
        ]
    found = []
    models = {one.address: one for one in (beside.of_type("aws_sagemaker_model") if beside is not None else ())}
    for path, variant in _variants(resource):
        for source in sources_of(variant.get("model_name")):
            model = models.get(source.address)
            for one in servers_of_sagemaker_model(model) if model is not None else ():
                said = {name: value.value for name, value in _machines(variant, path).items()}
                places = {name: value.path for name, value in _machines(variant, path).items()}
                moved = structs.replace(one, address=resource.address, container=path, written=places)
                found.append(structs.replace(moved, **said))
    return found


def _variants(resource: Resource) -> Iterator[tuple[Path, Mapping[str, object]]]:
    variants = resource.attributes.get("production_variants")
    for index, one in enumerate(variants if isinstance(variants, list) else ()):
        if isinstance(one, dict):
            yield ("production_variants", index), one


def _variant(resource: Resource, beside: Neighbours | None) -> dict[str, Value]:
    """Machine and count of the endpoint configuration that names a model, if one does."""
    found = [
        variant
        for one in (beside.of_type("aws_sagemaker_endpoint_configuration") if beside is not None else ())
        for _, variant in _variants(one)
        if any(source.address == resource.address for source in sources_of(variant.get("model_name")))
    ]
    if len(found) != 1:
        return {"machine": Value(UNKNOWN, ())} if found else {}
    return {name: Value(one.value, ()) for name, one in _machines(found[0], ()).items()}


def _machines(variant: Mapping[str, object], at: Path) -> dict[str, Value]:
    """The instance type and the number of instances of a variant; the least where it scales."""
    others = {}
    if variant.get("instance_type") is not None:
        others["machine"] = Value(_text(variant["instance_type"]), (*at, "instance_type"))
    for path in (("managed_instance_scaling", "min_instance_count"), ("initial_instance_count",)):
        count = lookup(variant, path)
        if count is not None and "replicas" not in others:
            others["replicas"] = counted(count, (*at, *path))
    return others


def _units(value: object, path: Path) -> dict[str, Value]:
    return {} if value is None else {"units": counted(value, path)}


def _text(value: object) -> str | Unknown:
    return settled(value) if isinstance(value, str) else UNKNOWN
