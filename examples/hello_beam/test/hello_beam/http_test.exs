defmodule HelloBeam.HTTPTest do
  use ExUnit.Case

  alias HelloBeam.HTTP

  setup do
    start_supervised!({Task.Supervisor, name: HelloBeam.Connections})

    {:ok, port} = {HTTP, {{127, 0, 0, 1}, 0}} |> start_supervised!() |> :sys.get_state() |> :inet.port()

    %{port: port}
  end

  test "answers one request and closes", %{port: port} do
    assert [
             "HTTP/1.1 200 OK",
             "content-type: text/plain",
             "content-length: 2",
             "connection: close",
             "",
             "ok"
           ] = exchange(port, "GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n")
  end

  test "gives the same head to HEAD, and no body", %{port: port} do
    assert ["HTTP/1.1 200 OK", _, "content-length: 2", _, "", ""] =
             exchange(port, "HEAD /health HTTP/1.1\r\n\r\n")
  end

  test "says what it accepts", %{port: port} do
    lines = exchange(port, "POST / HTTP/1.1\r\ncontent-length: 5\r\n\r\nhello")

    assert hd(lines) == "HTTP/1.1 405 Method Not Allowed"
    assert "allow: GET, HEAD" in lines
  end

  test "refuses what is not HTTP, and too many headers", %{port: port} do
    for request <- [
          "hello\r\n\r\n",
          <<22, 3, 1, 2, 0, 13, 10>>,
          "GET / HTTP/1.1\r\nno header\r\n\r\n",
          "GET / HTTP/1.1\r\n" <> String.duplicate("x: y\r\n", 101) <> "\r\n"
        ] do
      assert hd(exchange(port, request)) == "HTTP/1.1 400 Bad Request"
    end
  end

  test "reads long lines, and hangs up on endless ones", %{port: port} do
    long = &"GET /health?#{String.duplicate("x", &1)} HTTP/1.1\r\n\r\n"

    assert hd(exchange(port, long.(10_000))) == "HTTP/1.1 200 OK"
    assert exchange(port, long.(100_000)) == [""]
  end

  test "outlives clients that say nothing", %{port: port} do
    for _ <- 1..50, do: port |> connect() |> :gen_tcp.close()
    idle = connect(port)

    assert hd(exchange(port, "GET /nowhere HTTP/1.1\r\n\r\n")) == "HTTP/1.1 404 Not Found"
    :gen_tcp.close(idle)
  end

  defp exchange(port, request) do
    socket = connect(port)
    :gen_tcp.send(socket, request)
    socket |> receive_all("") |> String.split("\r\n")
  end

  defp connect(port) do
    {:ok, socket} = :gen_tcp.connect({127, 0, 0, 1}, port, [:binary, active: false])
    socket
  end

  defp receive_all(socket, received) do
    case :gen_tcp.recv(socket, 0, 2_000) do
      {:ok, data} -> receive_all(socket, received <> data)
      {:error, reason} when reason in [:closed, :econnreset] -> received
    end
  end
end
