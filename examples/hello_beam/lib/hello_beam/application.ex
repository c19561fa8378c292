defmodule HelloBeam.Application do
  @moduledoc """
  The supervision tree: a poller for each DNS name, and an HTTP server.

  Later children lean on earlier ones, hence `:rest_for_one`. At SIGTERM they stop in reverse
  order, so that a node takes no new requests once it begins to leave.
  """

  use Application

  alias HelloBeam.{Cluster, Config, HTTP}

  @impl true
  def start(_type, _args) do
    with {:ok, config} <- Config.from_env(System.get_env()),
         {:ok, supervisor} <- Supervisor.start_link(children(config), strategy: :rest_for_one) do
      {:ok, supervisor}
    else
      {:error, {:shutdown, {:failed_to_start_child, HTTP, message}}} -> give_up(message)
      {:error, message} when is_binary(message) -> give_up(message)
      {:error, reason} -> {:error, reason}
    end
  end

  defp children(config) do
    pollers =
      for name <- config.dns_names,
          do: Supervisor.child_spec({Cluster, {name, config.dns_interval_ms}}, id: {Cluster, name})

    [{Task.Supervisor, name: HelloBeam.Dialers, max_children: 32}] ++
      pollers ++
      [
        {Task.Supervisor, name: HelloBeam.Connections, max_children: 256},
        {HTTP, {config.bind_address, config.port}}
      ]
  end

  # Whoever set the variable wants one line that says so, not a crash dump.
  defp give_up(message) do
    IO.puts(:stderr, "hello_beam: #{message}")
    System.halt(1)
  end
end
