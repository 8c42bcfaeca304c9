#include <iostream>
#include <thread>
#include <stdexcept>
#include <filesystem>
thread_local struct D { ~D(){ std::cout << "tls dtor\n"; } } d;
int main(){ std::thread t([]{ (void)&d; try { throw std::runtime_error("x"); } catch (std::exception&e) { std::cout << "caught " << e.what() << "\n"; } }); t.join(); std::cout << std::filesystem::current_path() << "\n"; }
