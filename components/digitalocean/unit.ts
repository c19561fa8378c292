import { environmentFile, homeDirectory, serviceUser } from "./scripts";
import type { Workload } from "./workload";

/** Folder of the scripts that the service runs. */
export const scriptFolder = "/usr/local/lib/beam";

/**
 * The systemd service of a droplet. It prepares and fetches before each start, and starts again whatever ends it,
 * for ever: a registry or a metadata service that is late heals by itself.
 */
export function serviceUnit(kind: Workload["kind"]): string {
  const image = kind === "image";
  // Docker's client must be root; what it starts is not. A tarball's release is confined by systemd itself.
  const confinement = `User=${serviceUser}
Group=${serviceUser}
StateDirectory=beam
WorkingDirectory=${homeDirectory}
Environment=HOME=${homeDirectory}
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
`;
  return `[Unit]
Description=BEAM node
Wants=network-online.target
After=network-online.target nftables.service${image ? " docker.service" : ""}
${image ? "Requires=docker.service\n" : ""}StartLimitIntervalSec=0

[Service]
Type=exec
EnvironmentFile=${environmentFile}
ExecStartPre=+${scriptFolder}/prepare
ExecStartPre=+${scriptFolder}/fetch
ExecStart=${scriptFolder}/run
Restart=always
RestartSec=2
TimeoutStartSec=600
TimeoutStopSec=45
LimitNOFILE=1048576
${image ? "" : confinement}
[Install]
WantedBy=multi-user.target
`;
}
