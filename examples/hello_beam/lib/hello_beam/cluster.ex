defmodule HelloBeam.Cluster do
  @moduledoc """
  Joins the nodes behind one DNS name.

  Every node is `<basename>@<address>`, so an address found in DNS is the name of a node with our
  own basename: A records for a node named by an IPv4 address, AAAA for IPv6.

  An answer may be partial or late, therefore a poller only ever adds nodes; the VM itself notices
  those that leave. To dial an address that does not answer takes seconds, so each is dialled by
  a task of its own and holds up neither the others nor the next poll.
  """

  use GenServer

  require Logger

  @lookup_timeout_ms 5_000

  def start_link({name, interval_ms}), do: GenServer.start_link(__MODULE__, {name, interval_ms})

  @doc """
  The nodes that `node` should know at `addresses`: all of them but itself.

      iex> HelloBeam.Cluster.peers([{10, 0, 0, 1}, {10, 0, 0, 2}], :"hello_beam@10.0.0.1")
      [:"hello_beam@10.0.0.2"]
  """
  @spec peers([:inet.ip_address()], node()) :: [node()]
  def peers(addresses, node) do
    {basename, own} = split(node)

    for address <- addresses, address != own, uniq: true do
      :"#{basename}@#{:inet.ntoa(address)}"
    end
  end

  @doc "The type of the DNS records that can hold peers of `node`; none if a host name names it."
  @spec record_type(node()) :: :a | :aaaa | nil
  def record_type(node) do
    case split(node) do
      {_basename, nil} -> nil
      {_basename, own} -> if tuple_size(own) == 4, do: :a, else: :aaaa
    end
  end

  @impl true
  def init({name, interval_ms}) do
    if type = record_type(node()) do
      state = %{name: name, type: type, interval_ms: interval_ms, dialling: %{}, problem: nil}
      {:ok, state, {:continue, :poll}}
    else
      Logger.warning("#{node()} is not named by an address; not looking for peers at #{name}")
      :ignore
    end
  end

  @impl true
  def handle_continue(:poll, state) do
    Process.send_after(self(), :poll, state.interval_ms)

    case lookup(state.name, state.type) do
      {:ok, addresses} -> {:noreply, dial(peers(addresses, node()), %{state | problem: nil})}
      {:error, reason} -> {:noreply, note(reason, state)}
    end
  end

  @impl true
  def handle_info(:poll, state), do: {:noreply, state, {:continue, :poll}}

  def handle_info({:DOWN, monitor, :process, _pid, _reason}, state),
    do: {:noreply, %{state | dialling: Map.delete(state.dialling, monitor)}}

  # `:inet_res` asks the servers of the machine's resolv.conf, tries its search domains, and keeps
  # an answer no longer than its time to live.
  defp lookup(name, type) do
    case :inet_res.getbyname(to_charlist(name), type, @lookup_timeout_ms) do
      {:ok, {:hostent, _name, _aliases, _family, _length, addresses}} -> {:ok, addresses}
      {:error, reason} -> {:error, reason}
    end
  end

  # Where no dialler is free a peer waits for a later poll; the shuffle gives each its turn.
  defp dial(peers, state) do
    wanted = (peers -- Node.list()) -- Map.values(state.dialling)

    dialling =
      for peer <- Enum.shuffle(wanted),
          {:ok, pid} <- [Task.Supervisor.start_child(HelloBeam.Dialers, fn -> connect(peer) end)],
          into: state.dialling,
          do: {Process.monitor(pid), peer}

    %{state | dialling: dialling}
  end

  defp connect(peer) do
    if Node.connect(peer) == true, do: Logger.info("connected to #{peer}")
  end

  # A name may be unknown until its first node is registered: say so once, not once a second.
  defp note(reason, %{problem: reason} = state), do: state

  defp note(reason, state) do
    Logger.warning("no #{state.type} records at #{state.name}: #{inspect(reason)}; still asking")
    %{state | problem: reason}
  end

  defp split(node) do
    [basename, host] = node |> Atom.to_string() |> String.split("@", parts: 2)

    case :inet.parse_strict_address(to_charlist(host)) do
      {:ok, address} -> {basename, address}
      {:error, :einval} -> {basename, nil}
    end
  end
end
