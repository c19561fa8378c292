defmodule HelloBeam.HTTP do
  @moduledoc """
  A small HTTP/1.1 server: one request a connection, answered by `HelloBeam.Router`.

  This process owns the listening socket and is linked to a few acceptors. Every connection is
  served by a task of its own and has five seconds, all told, to say what it wants.
  """

  use GenServer

  alias HelloBeam.Router

  @acceptors 4
  @deadline_ms 5_000
  @linger_ms 500
  @max_headers 100
  # A line has to fit the buffer; the connection of one that does not is closed.
  @options [:binary, packet: :http_bin, buffer: 16_384, active: false, reuseaddr: true, backlog: 512]
  @reasons %{200 => "OK", 400 => "Bad Request", 404 => "Not Found", 405 => "Method Not Allowed"}

  @doc "Listens at `address`, or at every IPv4 and IPv6 address where that is `nil`."
  def start_link({address, port}), do: GenServer.start_link(__MODULE__, {address, port})

  @impl true
  def init({address, port}) do
    case listen(address, port) do
      {:ok, listener} ->
        for _ <- 1..@acceptors, do: {:ok, _} = Task.start_link(fn -> accept(listener) end)
        {:ok, listener}

      {:error, reason} ->
        {:stop, "cannot listen on port #{port}: #{:inet.format_error(reason)}"}
    end
  end

  # `::` takes both families; a machine without IPv6 has only `0.0.0.0`.
  defp listen(nil, port) do
    with {:error, reason} when reason in [:eafnosupport, :eaddrnotavail] <-
           listen({0, 0, 0, 0, 0, 0, 0, 0}, port),
         do: listen({0, 0, 0, 0}, port)
  end

  defp listen(address, port) do
    family = if tuple_size(address) == 4, do: [:inet], else: [:inet6, ipv6_v6only: false]
    :gen_tcp.listen(port, family ++ [ip: address] ++ @options)
  end

  defp accept(listener) do
    case :gen_tcp.accept(listener) do
      {:ok, socket} -> hand_over(socket)
      {:error, :closed} -> exit(:shutdown)
      # The client is gone already, or file descriptors are short: neither is a reason to stop.
      {:error, _reason} -> Process.sleep(50)
    end

    accept(listener)
  end

  defp hand_over(socket) do
    with {:ok, pid} <-
           Task.Supervisor.start_child(HelloBeam.Connections, fn -> serve(socket) end),
         :ok <- :gen_tcp.controlling_process(socket, pid) do
      :ok
    else
      _too_busy_or_already_served -> :gen_tcp.close(socket)
    end
  end

  defp serve(socket) do
    case read_request(socket, now() + @deadline_ms, @max_headers) do
      {:ok, {method, target}} ->
        reply(socket, method, Router.respond(method, target, {node(), Node.list()}))

      :bad_request ->
        reply(socket, :GET, {400, "text/plain", "bad request"})

      :gone ->
        :ok
    end

    :gen_tcp.close(socket)
  end

  defp read_request(socket, deadline, headers_left, request \\ nil) do
    case :gen_tcp.recv(socket, 0, max(deadline - now(), 0)) do
      {:ok, {:http_request, method, target, _version}} ->
        read_request(socket, deadline, headers_left, {method, target})

      {:ok, {:http_header, _, _, _, _}} when headers_left > 0 ->
        read_request(socket, deadline, headers_left - 1, request)

      {:ok, :http_eoh} ->
        {:ok, request}

      {:ok, _not_http_or_too_many_headers} ->
        :bad_request

      {:error, _closed_too_slow_or_too_long} ->
        :gone
    end
  end

  defp reply(socket, method, {status, type, body}) do
    head = [
      "HTTP/1.1 #{status} #{Map.fetch!(@reasons, status)}\r\n",
      "content-type: #{type}\r\ncontent-length: #{IO.iodata_length(body)}\r\n",
      if(status == 405, do: "allow: GET, HEAD\r\n", else: []),
      "connection: close\r\n\r\n"
    ]

    :gen_tcp.send(socket, if(method == :HEAD, do: head, else: [head, body]))

    # To close with input unread would reset the connection, and the client could lose the answer.
    :gen_tcp.shutdown(socket, :write)
    :inet.setopts(socket, packet: :raw)
    drain(socket, now() + @linger_ms)
  end

  defp drain(socket, deadline) do
    with {:ok, _} <- :gen_tcp.recv(socket, 0, max(deadline - now(), 0)),
         do: drain(socket, deadline)
  end

  defp now, do: System.monotonic_time(:millisecond)
end
