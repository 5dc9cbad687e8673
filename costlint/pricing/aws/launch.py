"""What an EC2 launch describes: instance type, market, disks and address, from an instance, a template or a
configuration. Templates cost nothing themselves; whoever launches from them pays."""

from __future__ import annotations

from msgspec import Struct

from costlint.model import Money, Resource, UnknownValue
from costlint.pricing.aws.ebs import Volume, bill_volume, declared_volume
from costlint.pricing.aws.machines import bill_credits, bill_monitoring
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates
from costlint.pricing.sections import section, sections

_ROOT_DEVICES = ("xvda", "sda1", "sda")  # EC2 user guide, device names on Linux instances


class Launch(Struct, frozen=True):
    """`source` is the resource that describes the launch."""

    source: Resource

    def instance_type(self) -> str:
        """ "" if the launch leaves it to whoever uses it. Raises UnknownValue."""
        return self.source.text("instance_type")

    def spot(self) -> bool:
        if self.source.type == "aws_launch_configuration":
            return bool(self.source.text("spot_price"))
        return self.source.text("instance_market_options.market_type") == "spot"

    def tenancy(self) -> str:
        return self.source.text(self._tenancy_path(), "default")

    def is_dedicated(self) -> bool:
        """True where dedicated tenancy is written; False where it is not, or cannot be known."""
        written = self.source.get(self._tenancy_path())
        return isinstance(written, str) and written == "dedicated"

    def _tenancy_path(self) -> str:
        path = "placement.tenancy" if self.source.type == "aws_launch_template" else "tenancy"
        return "placement_tenancy" if self.source.type == "aws_launch_configuration" else path

    def public_address(self) -> bool | None:
        """None if the subnet decides. Raises UnknownValue."""
        path = "associate_public_ip_address"
        if self.source.type == "aws_launch_template":
            path = f"network_interfaces.{path}"
        return None if self.source.get(path) is None else self.source.flag(path)

    def bill_disks(self, bill: Bill, count: Money) -> None:
        """Every disk of `count` such launches, each a part of its own."""
        template = self.source.type == "aws_launch_template"
        with bill.part("disks"):
            if template:
                self._bill_mappings(bill, count)
                return
            with bill.part("root disk"):
                bill_volume(bill, "root disk", root_volume(section(self.source, "root_block_device"), bill), count)
            self.bill_data_disks(bill, count)

    def bill_data_disks(self, bill: Bill, count: Money) -> None:
        """The disks beside the root disk of `count` instances."""
        with bill.part("disks"):
            for disk in sections(self.source, "ebs_block_device"):
                with bill.part("disk"):
                    volume = declared_volume(disk, bill, "volume_type", "volume_size")
                    if volume:
                        bill_volume(bill, f"disk {disk.text('device_name')}".strip(), volume, count)

    def _bill_mappings(self, bill: Bill, count: Money) -> None:
        rootless = True
        for mapping in sections(self.source, "block_device_mappings"):
            disk = section(mapping, "ebs")
            if disk is None:
                continue
            name = mapping.text("device_name")
            is_root = not name or name.rpartition("/")[2] in _ROOT_DEVICES
            with bill.part("disk"):
                if is_root:
                    rootless = False
                    bill_volume(bill, "root disk", root_volume(disk, bill), count)
                    continue
                volume = declared_volume(disk, bill, "volume_type", "volume_size")
                if volume:
                    bill_volume(bill, f"disk {name}", volume, count)
        if rootless:
            bill_volume(bill, "root disk", root_volume(None, bill), count)

    def bill_extras(self, bill: Bill, count: Money) -> None:
        """Detailed monitoring and unlimited CPU credits."""
        with bill.part("monitoring"):
            if self._monitored():
                bill_monitoring(bill, count)
        with bill.part("CPU credits"):
            bill_credits(bill, section(self.source, "credit_specification"), count)

    def _monitored(self) -> bool:
        if self.source.type == "aws_launch_template":
            return self.source.flag("monitoring.enabled")
        path = "enable_monitoring" if self.source.type == "aws_launch_configuration" else "monitoring"
        return self.source.flag(path)


def root_volume(disk: Resource | None, bill: Bill) -> Volume:
    """The root disk; the image decides size and type where nothing is written. Raises UnknownValue."""
    assumed = bill.assume("aws.ec2.root-disk-gib")
    if disk is None:
        return Volume("gp2", assumed.quantity, assumptions=(str(assumed),))
    gib = disk.number("volume_size")
    basis = () if gib else (str(assumed),)
    size = gib or assumed.quantity
    return Volume(disk.text("volume_type", "gp2"), size, disk.number("iops"), disk.number("throughput"), basis)


def template_of(resource: Resource, bill: Bill, path: str = "launch_template") -> Resource | None:
    """The launch template a block names, None if there is no such block.

    Raises UnknownValue if it names a template outside the stack.
    """
    named = [resource.get(f"{path}.{key}") for key in ("id", "name", "launch_template_id", "launch_template_name")]
    if all(value is None for value in named):
        return None
    for value in named:
        found = bill.follow(value, "aws_launch_template")
        if found is not None:
            return found
    raise UnknownValue(f"the launch template of {resource.address}")


@estimates("aws_launch_template", "aws_launch_configuration")
def launch_template(resource: Resource, bill: Bill) -> None:
    bill.free()
